-- Writes and takes back, to learn whether Redis takes changes: a full one, a replica and one that can't save do not.
-- KEYS    as in add.lua
-- Output  1
redis.call('ZADD', KEYS[1], 0, 'try')
redis.call('ZREM', KEYS[1], 'try')
return 1
