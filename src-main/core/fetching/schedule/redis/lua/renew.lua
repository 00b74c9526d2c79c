-- Prolongs leases that are still held.
-- KEYS    as in add.lua
-- ARGV[1] end of the lease (epoch ms), then trackerId, token of each claim
-- Output  the trackers that are no longer this claim's
local lost = {}
for i = 2, #ARGV, 2 do
  local id = ARGV[i]
  local claim = redis.call('HGET', KEYS[6], id)
  if claim and string.match(claim, '%S+$') == ARGV[i + 1] then
    redis.call('ZREM', KEYS[1], id)
    redis.call('ZADD', KEYS[2], ARGV[1], id)
  else
    lost[#lost + 1] = id
  end
end
return lost
