-- Takes trackers out, leased or not.
-- KEYS    as in add.lua
-- ARGV    tracker ids
-- Output  how many were in the queue
redis.call('ZREM', KEYS[1], unpack(ARGV))
redis.call('ZREM', KEYS[2], unpack(ARGV))
redis.call('HDEL', KEYS[3], unpack(ARGV))
redis.call('HDEL', KEYS[6], unpack(ARGV))
return redis.call('ZREM', KEYS[4], unpack(ARGV))
