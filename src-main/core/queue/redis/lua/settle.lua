-- Ends claims with the next due time and factor of each. A claim whose token is not the latest is ignored.
-- KEYS    as in add.lua
-- ARGV    trackerId, token, nextDueAt, nextFactor of each
-- Output  the trackers whose claim was accepted
local ids = {}
for i = 1, #ARGV, 4 do ids[#ids + 1] = ARGV[i] end
if #ids == 0 then return {} end
-- Few commands with many arguments each: that is most of the speed.
local entries = redis.call('HMGET', KEYS[3], unpack(ids))
local accepted, set, due, seen = {}, {}, {}, {}
for n, id in ipairs(ids) do
  local at = 4 * n - 3
  if not seen[id] and entries[n] and string.match(entries[n], '%S+$') == ARGV[at + 1] then
    seen[id] = true
    accepted[#accepted + 1] = id
    set[#set + 1] = id
    set[#set + 1] = ARGV[at + 2] .. ' ' .. ARGV[at + 3] .. ' 0'
    due[#due + 1] = ARGV[at + 2]
    due[#due + 1] = id
  end
end
if #accepted == 0 then return {} end
redis.call('HSET', KEYS[3], unpack(set))
redis.call('ZREM', KEYS[2], unpack(accepted))
redis.call('ZADD', KEYS[1], unpack(due))
return accepted
