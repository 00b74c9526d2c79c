-- Leases due trackers, oldest due first, under one new token.
-- KEYS    as in add.lua
-- ARGV[1] now (epoch ms)  ARGV[2] limit  ARGV[3] end of the lease (epoch ms)
-- Output  token, then trackerId, dueAt, factor of each; empty when nothing is due

-- Lapsed leases are due again as of old. Their token stays good until another claim takes the tracker. Not more than
-- 1000 a call, so that a long outage does not make one call long; the rest follow with the next calls.
local lapsed = redis.call('ZRANGE', KEYS[2], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, 1000)
if #lapsed > 0 then
  local entries = redis.call('HMGET', KEYS[3], unpack(lapsed))
  for i, id in ipairs(lapsed) do
    if entries[i] then redis.call('ZADD', KEYS[1], string.match(entries[i], '^%S+'), id) end
  end
  redis.call('ZREM', KEYS[2], unpack(lapsed))
end

local ids = redis.call('ZRANGE', KEYS[1], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, ARGV[2])
if #ids == 0 then return {} end
-- Counted on from the clock: after a flush no token comes twice, so an old claim still can't settle a new one's tracker.
if redis.call('EXISTS', KEYS[5]) == 0 then redis.call('SET', KEYS[5], ARGV[1] .. '000') end
redis.call('INCR', KEYS[5])
local token = redis.call('GET', KEYS[5])
local entries = redis.call('HMGET', KEYS[3], unpack(ids))
local out, set, leases = { token }, {}, {}
for i, id in ipairs(ids) do
  -- Missing only where Redis was told to evict keys; the database's reconciliation adds such a tracker again.
  local dueAt, factor = string.match(entries[i] or '0 1 0', '^(%S+) (%S+)')
  out[#out + 1] = id
  out[#out + 1] = dueAt
  out[#out + 1] = factor
  set[#set + 1] = id
  set[#set + 1] = dueAt .. ' ' .. factor .. ' ' .. token
  leases[#leases + 1] = ARGV[3]
  leases[#leases + 1] = id
end
redis.call('HSET', KEYS[3], unpack(set))
-- They are the first of the set: one walk takes them out.
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, #ids - 1)
redis.call('ZADD', KEYS[2], unpack(leases))
return out
