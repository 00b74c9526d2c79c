-- Makes trackers due now; those that are overdue keep their place, leased ones stay leased.
-- KEYS    as in add.lua
-- ARGV[1] now (epoch ms), then tracker ids
-- Output  how many are in the queue
local count = 0
local now = tonumber(ARGV[1])
for i = 2, #ARGV do
  local id = ARGV[i]
  local entry = redis.call('HGET', KEYS[3], id)
  if entry then
    local dueAt, rest = string.match(entry, '^(%S+) (.+)$')
    if tonumber(dueAt) > now then
      redis.call('HSET', KEYS[3], id, ARGV[1] .. ' ' .. rest)
      redis.call('ZADD', KEYS[1], 'XX', ARGV[1], id)
    end
    count = count + 1
  end
end
return count
