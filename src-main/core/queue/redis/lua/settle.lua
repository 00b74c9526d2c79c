-- Ends claims with the next due time and factor of each. A claim whose token is not the latest is ignored.
-- KEYS    as in add.lua
-- ARGV    trackerId, token, nextDueAt, nextFactor of each
-- Output  the trackers whose claim was accepted
local accepted = {}
for i = 1, #ARGV, 4 do
  local id = ARGV[i]
  local entry = redis.call('HGET', KEYS[3], id)
  if entry and string.match(entry, '%S+$') == ARGV[i + 1] then
    redis.call('HSET', KEYS[3], id, ARGV[i + 2] .. ' ' .. ARGV[i + 3] .. ' 0')
    redis.call('ZREM', KEYS[2], id)
    redis.call('ZADD', KEYS[1], ARGV[i + 2], id)
    accepted[#accepted + 1] = id
  end
end
return accepted
