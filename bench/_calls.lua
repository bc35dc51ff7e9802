-- Sends prepared requests one after another (wrk).
local requests, n = {}, 0
local file = io.open(os.getenv("BENCH_REQUESTS"), "rb")
for one in (file:read("*a") .. "\0"):gmatch("([^%z]*)%z") do requests[#requests + 1] = one end
file:close()
request = function()
  n = n + 1
  return requests[(n - 1) % #requests + 1]
end
local shown = 0
response = function(status, _, body)
  if status ~= 200 and shown < 3 then
    shown = shown + 1
    io.stderr:write(status .. " " .. body .. "\n")
  end
end
