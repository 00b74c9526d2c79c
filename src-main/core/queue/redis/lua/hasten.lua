-- Makes trackers due no later than the given times; those due earlier keep their place, leased ones stay leased.
-- KEYS    as in add.lua
-- ARGV    trackerId, dueAt of each
-- Output  how many are in the queue
local count = 0
for i = 1, #ARGV, 2 do
  local id = ARGV[i]
  local entry = redis.call('HGET', KEYS[3], id)
  if entry then
    local dueAt, rest = string.match(entry, '^(%S+) (.+)$')
    if tonumber(dueAt) > tonumber(ARGV[i + 1]) then
      redis.call('HSET', KEYS[3], id, ARGV[i + 1] .. ' ' .. rest)
      redis.call('ZADD', KEYS[1], 'XX', ARGV[i + 1], id)
    end
    count = count + 1
  end
end
return count
