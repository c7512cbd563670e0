-- Asks what the lines of the file KEHU_REQUESTS say, over and over: method, path, token, content.

local list = {}
local place = 0

function setup(thread)
  made = thread
end

function init()
  for line in io.lines(os.getenv("KEHU_REQUESTS")) do
    local method, path, token, content = line:match("^(%u+)\t([^\t]+)\t([^\t]+)\t(.*)$")
    local body = method == "PUT" and content or nil
    list[#list + 1] = wrk.format(method, path, { Authorization = "Bearer " .. token }, body)
  end
  failed = 0
end

function request()
  place = place % #list + 1
  return list[place]
end

function response(status)
  -- 200 for a file that was put would mean that it was put before: the list was too short.
  if status ~= 200 and status ~= 201 then
    failed = failed + 1
  end
end

function done(summary, latency)
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    '{"requests":%d,"micros":%d,"p50":%d,"p99":%d,"longest":%d,"failed":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    lost + made:get("failed")
  ))
end
