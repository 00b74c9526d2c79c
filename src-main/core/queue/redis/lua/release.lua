-- Gives claims back unchanged, due as before. A claim whose token is not the latest is ignored.
-- KEYS    as in add.lua
-- ARGV    trackerId, token of each
-- Output  how many were given back
local released = 0
for i = 1, #ARGV, 2 do
  local id = ARGV[i]
  local entry = redis.call('HGET', KEYS[3], id)
  if entry then
    local dueAt, factor, token = string.match(entry, '^(%S+) (%S+) (%S+)$')
    if token == ARGV[i + 1] then
      redis.call('HSET', KEYS[3], id, dueAt .. ' ' .. factor .. ' 0')
      redis.call('ZREM', KEYS[2], id)
      redis.call('ZADD', KEYS[1], dueAt, id)
      released = released + 1
    end
  end
end
return released
