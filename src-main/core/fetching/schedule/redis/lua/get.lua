-- One tracker's entry.
-- KEYS    as in add.lua
-- ARGV[1] tracker id
-- Output  dueAt and factor; nothing when it is not in the queue
local dueAt = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not dueAt then
  local claim = redis.call('HGET', KEYS[6], ARGV[1])
  if not claim then return {} end
  dueAt = string.match(claim, '^%S+')
end
return { dueAt, redis.call('HGET', KEYS[3], ARGV[1]) or '1' }
