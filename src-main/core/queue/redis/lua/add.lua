-- Adds trackers that are not in the queue.
-- KEYS[1] due (zset: tracker by due time)  KEYS[2] leases (zset: tracker by end of lease)
-- KEYS[3] entries (hash: tracker -> "dueAt factor token")  KEYS[4] members (zset: tracker by id)  KEYS[5] last token
-- ARGV    trackerId, dueAt, factor of each
-- Output  how many were added
local ids = {}
for i = 1, #ARGV, 3 do ids[#ids + 1] = ARGV[i] end
if #ids == 0 then return 0 end
local entries = redis.call('HMGET', KEYS[3], unpack(ids))
local set, due, members, seen = {}, {}, {}, {}
for n, id in ipairs(ids) do
  local at = 3 * n - 2
  if not entries[n] and not seen[id] then
    seen[id] = true
    set[#set + 1] = id
    set[#set + 1] = ARGV[at + 1] .. ' ' .. ARGV[at + 2] .. ' 0'
    due[#due + 1] = ARGV[at + 1]
    due[#due + 1] = id
    members[#members + 1] = id
    members[#members + 1] = id
  end
end
if #set == 0 then return 0 end
redis.call('HSET', KEYS[3], unpack(set))
redis.call('ZADD', KEYS[1], unpack(due))
redis.call('ZADD', KEYS[4], unpack(members))
return #set / 2
