-- Leases due trackers, oldest due first, under one new token.
-- KEYS    as in add.lua
-- ARGV[1] now (epoch ms)  ARGV[2] limit  ARGV[3] end of the lease (epoch ms)  ARGV[4] due by (epoch ms)
-- Output  token, then trackerId, dueAt, factor of each, in one string with spaces between, which is read faster than an
--         array; '' when nothing is due

-- Lapsed leases are due again as of old. Their token stays good until another claim takes the tracker. Not more than
-- 1000 a call, so that a long outage does not make one call long; the rest follow with the next calls.
local lapsed = redis.call('ZRANGE', KEYS[2], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, 1000)
if #lapsed > 0 then
  local due = {}
  for i, claim in ipairs(redis.call('HMGET', KEYS[6], unpack(lapsed))) do
    -- The hash is missing only where Redis was told to evict keys.
    due[#due + 1] = claim and string.match(claim, '^%S+') or ARGV[1]
    due[#due + 1] = lapsed[i]
  end
  redis.call('ZADD', KEYS[1], unpack(due))
  redis.call('ZREM', KEYS[2], unpack(lapsed))
end

local found = redis.call('ZRANGE', KEYS[1], '-inf', ARGV[4], 'BYSCORE', 'LIMIT', 0, ARGV[2], 'WITHSCORES')
if #found == 0 then return '' end
-- Counted on from the clock: after a flush no token comes twice, so an old claim still can't settle a new one's tracker.
if redis.call('EXISTS', KEYS[5]) == 0 then redis.call('SET', KEYS[5], ARGV[1] .. '000') end
redis.call('INCR', KEYS[5])
local token = redis.call('GET', KEYS[5])
local ids = {}
for i = 1, #found, 2 do ids[#ids + 1] = found[i] end
local factors = redis.call('HMGET', KEYS[3], unpack(ids))
local out, claims, leases = { token }, {}, {}
for i, id in ipairs(ids) do
  local dueAt = found[2 * i]
  out[3 * i - 1], out[3 * i], out[3 * i + 1] = id, dueAt, factors[i] or '1'
  claims[2 * i - 1], claims[2 * i] = id, dueAt .. ' ' .. token
  leases[2 * i - 1], leases[2 * i] = ARGV[3], id
end
-- A small hash or sorted set of short values is a list to Redis, searched from its start each time: one long value that
-- is nobody's (its lease never ends) prevents that.
local long = string.rep('-', 65)
redis.call('HSETNX', KEYS[6], '-', long)
redis.call('ZADD', KEYS[2], 'NX', '+inf', long)
redis.call('HSET', KEYS[6], unpack(claims))
-- They are the first of the set: one walk takes them out.
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, #ids - 1)
redis.call('ZADD', KEYS[2], unpack(leases))
return table.concat(out, ' ')
