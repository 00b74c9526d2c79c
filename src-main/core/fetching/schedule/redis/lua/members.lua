-- Trackers in the queue, by id.
-- KEYS    as in add.lua
-- ARGV[1] only ids above this  ARGV[2] limit
-- Output  tracker ids, ascending
return redis.call('ZRANGE', KEYS[4], '(' .. ARGV[1], '+inf', 'BYSCORE', 'LIMIT', 0, ARGV[2])
