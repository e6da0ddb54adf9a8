import { askService, CannotAsk, type ServiceTarget } from './service-client.ts'
import { type ReportedCheck, readBecause, readHistory, readReport, type StatusReport } from './status-report.ts'

/** More checks than this are shown without their history: it is asked for one by one. */
const MOST_HISTORIES = 64

/** Reads a running service's detail and histories. None of these requests is a draw. @throws {CannotAsk} */
export async function askReport(target: ServiceTarget, signal?: AbortSignal): Promise<StatusReport> {
  const asked = signal ? { signal } : {}
  const { status, json } = await askService(target, '/healthz?peek', asked)
  const report = readReport(target.url, json)
  if (!report)
    throw new CannotAsk(`what answers at ${target.url} is not failweb's: /healthz gave ${status} and no detail`)
  if (report.withheld || report.checks.length > MOST_HISTORIES) return report
  const checks = await Promise.all(report.checks.map((check) => withHistory(check, target, asked)))
  return { ...report, checks }
}

async function withHistory(
  check: ReportedCheck,
  target: ServiceTarget,
  asked: { signal?: AbortSignal },
): Promise<ReportedCheck> {
  const { json } = await askService(target, `/healthz/${encodeURIComponent(check.name)}?history`, asked)
  return { ...check, ...(check.status !== 'pass' && readBecause(check.name, json)), history: readHistory(json) }
}

/** Why a report is without reasons; undefined where it has them. */
export function whyWithheld({ withheld, url }: StatusReport, { token }: ServiceTarget): string | undefined {
  if (!withheld) return undefined
  return token === undefined
    ? `${url} withholds reasons without its token: set FAILWEB_TOKEN, or give --token-file`
    : `${url} withholds reasons: the token that was sent is not its own`
}
