-- Asks for a view of the claims that nobody has asked for before: another day and another length each time.
-- Each of wrk's threads begins elsewhere; a round names where in the environment, so that no round meets another's.
local n = tonumber(os.getenv("BENCH_FROM") or "0")

function request()
  n = n + 1
  local day = string.format("2026-%02d-%02d", 1 + n % 10, 1 + math.floor(n / 10) % 28)
  local size = 40 + math.floor(n / 280) % 20
  local from = 2000 + math.floor(n / 5600) % 19
  return wrk.format("GET", string.format("/en/claims?from=%d&as_of=%s&size=%d", from, day, size))
end

-- One line of JSON at the end, in milliseconds.
function done(summary, latency)
  local errors = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format('{"requests": %d, "seconds": %.4f, "p50": %.4f, "p99": %.4f, "max": %.4f, "errors": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    latency.max / 1000, errors))
end
