-- Ends claims with the next due time and factor of each. A claim whose token is not the latest is ignored.
-- KEYS    as in add.lua
-- ARGV    trackerId, token, nextDueAt, nextFactor of each
-- Output  the trackers whose claim was accepted
local ids = {}
for i = 1, #ARGV, 4 do ids[#ids + 1] = ARGV[i] end
if #ids == 0 then return {} end
-- Few commands with many arguments each: that is most of the speed.
local claims = redis.call('HMGET', KEYS[6], unpack(ids))
local accepted, due, slowed, steady, seen = {}, {}, {}, {}, {}
for n, id in ipairs(ids) do
  local at = 4 * n - 3
  if not seen[id] and claims[n] and string.match(claims[n], '%S+$') == ARGV[at + 1] then
    seen[id] = true
    accepted[#accepted + 1] = id
    due[#due + 1] = ARGV[at + 2]
    due[#due + 1] = id
    if ARGV[at + 3] == '1' then
      steady[#steady + 1] = id
    else
      slowed[#slowed + 1] = id
      slowed[#slowed + 1] = ARGV[at + 3]
    end
  end
end
if #accepted == 0 then return {} end
redis.call('HDEL', KEYS[6], unpack(accepted))
redis.call('ZREM', KEYS[2], unpack(accepted))
redis.call('ZADD', KEYS[1], unpack(due))
if #slowed > 0 then redis.call('HSET', KEYS[3], unpack(slowed)) end
if #steady > 0 then redis.call('HDEL', KEYS[3], unpack(steady)) end
return accepted
