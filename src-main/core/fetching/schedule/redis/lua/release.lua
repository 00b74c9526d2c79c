-- Gives claims back unchanged, due as before. A claim whose token is not the latest is ignored.
-- KEYS    as in add.lua
-- ARGV    trackerId, token of each
-- Output  how many were given back
local released = 0
for i = 1, #ARGV, 2 do
  local id = ARGV[i]
  local claim = redis.call('HGET', KEYS[6], id)
  local dueAt, token = string.match(claim or '', '^(%S+) (%S+)$')
  if token and token == ARGV[i + 1] then
    redis.call('HDEL', KEYS[6], id)
    redis.call('ZREM', KEYS[2], id)
    redis.call('ZADD', KEYS[1], dueAt, id)
    released = released + 1
  end
end
return released
