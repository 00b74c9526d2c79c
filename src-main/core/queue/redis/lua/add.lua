-- Adds trackers that are not in the queue.
-- KEYS[1] due (zset: tracker by due time)  KEYS[2] leases (zset: tracker by end of lease)
-- KEYS[3] entries (hash: tracker -> "dueAt factor token")  KEYS[4] members (zset: tracker by id)  KEYS[5] last token
-- ARGV    trackerId, dueAt, factor of each
-- Output  how many were added
local added = 0
for i = 1, #ARGV, 3 do
  local id = ARGV[i]
  if redis.call('HSETNX', KEYS[3], id, ARGV[i + 1] .. ' ' .. ARGV[i + 2] .. ' 0') == 1 then
    redis.call('ZADD', KEYS[1], ARGV[i + 1], id)
    redis.call('ZADD', KEYS[4], id, id)
    added = added + 1
  end
end
return added
