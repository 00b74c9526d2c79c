-- Adds trackers that are not in the queue.
-- KEYS[1] due (zset: tracker by due time)  KEYS[2] leases (zset: tracker by end of lease)
-- KEYS[3] factors (hash: tracker -> backoff factor, only where it is not 1)  KEYS[4] members (zset: tracker by id)
-- KEYS[5] last token  KEYS[6] claims (hash: tracker -> "dueAt token" of its latest claim that has not ended)
-- ARGV    trackerId, dueAt, factor of each
-- Output  how many were added

-- What every tracker has lies in sorted sets alone; the hashes hold the few that are claimed or failing. So a claim
-- touches the large structures once, which at a million trackers is where its time goes.
local ids = {}
for i = 1, #ARGV, 3 do ids[#ids + 1] = ARGV[i] end
if #ids == 0 then return 0 end
local known = redis.call('ZMSCORE', KEYS[4], unpack(ids))
local factors, due, members, seen = {}, {}, {}, {}
for n, id in ipairs(ids) do
  local at = 3 * n - 2
  if not known[n] and not seen[id] then
    seen[id] = true
    if ARGV[at + 2] ~= '1' then
      factors[#factors + 1] = id
      factors[#factors + 1] = ARGV[at + 2]
    end
    due[#due + 1] = ARGV[at + 1]
    due[#due + 1] = id
    members[#members + 1] = id
    members[#members + 1] = id
  end
end
if #due == 0 then return 0 end
if #factors > 0 then redis.call('HSET', KEYS[3], unpack(factors)) end
redis.call('ZADD', KEYS[1], unpack(due))
redis.call('ZADD', KEYS[4], unpack(members))
return #due / 2
