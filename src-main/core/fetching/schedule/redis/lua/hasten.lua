-- Makes trackers due no later than the given times; those due earlier keep their place, leased ones stay leased.
-- KEYS    as in add.lua
-- ARGV    trackerId, dueAt of each
-- Output  how many are in the queue
local count = 0
for i = 1, #ARGV, 2 do
  local id, dueAt = ARGV[i], ARGV[i + 1]
  if redis.call('ZSCORE', KEYS[4], id) then
    -- LT moves it only to the front, XX leaves a leased one out.
    redis.call('ZADD', KEYS[1], 'XX', 'LT', dueAt, id)
    local claim = redis.call('HGET', KEYS[6], id)
    local claimedDueAt, token = string.match(claim or '', '^(%S+) (%S+)$')
    if token and tonumber(claimedDueAt) > tonumber(dueAt) then
      redis.call('HSET', KEYS[6], id, dueAt .. ' ' .. token)
    end
    count = count + 1
  end
end
return count
