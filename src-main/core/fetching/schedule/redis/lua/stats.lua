-- State of the queue.
-- KEYS    as in add.lua
-- ARGV[1] now (epoch ms)
-- Output  depth, due (lapsed leases included), leased (lapsed ones not), earliest due time or '' when all are leased
local lapsed = redis.call('ZRANGE', KEYS[2], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, 1000)
local lapsedCount = redis.call('ZCOUNT', KEYS[2], '-inf', ARGV[1])
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
local oldest = first[2] or ''
if #lapsed > 0 then
  for _, claim in ipairs(redis.call('HMGET', KEYS[6], unpack(lapsed))) do
    local dueAt = claim and string.match(claim, '^%S+')
    if dueAt and (oldest == '' or tonumber(dueAt) < tonumber(oldest)) then oldest = dueAt end
  end
end
return {
  redis.call('ZCARD', KEYS[4]),
  redis.call('ZCOUNT', KEYS[1], '-inf', ARGV[1]) + lapsedCount,
  -- Without the one that claim.lua put there for speed.
  redis.call('ZCOUNT', KEYS[2], '(' .. ARGV[1], '(+inf'),
  oldest,
}
