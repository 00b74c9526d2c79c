-- Makes due now what a clock that was ahead has put far into the future: due times, and ends of leases.
-- KEYS    as in add.lua
-- ARGV[1] now (epoch ms)  ARGV[2] latest due time  ARGV[3] latest end of a lease
-- Output  tracker ids, at most 1000 of each: more follow with the next calls
local late = redis.call('ZRANGE', KEYS[1], '(' .. ARGV[2], '+inf', 'BYSCORE', 'LIMIT', 0, 1000)
-- The lease that never ends is nobody's (claim.lua). The token of the others stays good until another claim.
local held = redis.call('ZRANGE', KEYS[2], '(' .. ARGV[3], '(+inf', 'BYSCORE', 'LIMIT', 0, 1000)
if #held > 0 then redis.call('ZREM', KEYS[2], unpack(held)) end
local due = {}
for _, ids in ipairs({ late, held }) do
  for _, id in ipairs(ids) do
    due[#due + 1] = ARGV[1]
    due[#due + 1] = id
  end
end
if #due > 0 then redis.call('ZADD', KEYS[1], unpack(due)) end
for _, id in ipairs(held) do late[#late + 1] = id end
return late
