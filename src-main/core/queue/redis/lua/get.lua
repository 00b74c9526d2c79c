-- One tracker's entry.
-- KEYS    as in add.lua
-- ARGV[1] tracker id
-- Output  "dueAt factor token", or nil when it is not in the queue
return redis.call('HGET', KEYS[3], ARGV[1])
