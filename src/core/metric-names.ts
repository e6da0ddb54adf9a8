/** `disk-usage` and `used_bytes` → `failweb_disk_usage_used_bytes`. */
export function metricOf(checkName: string, valueName: string): string {
  return `failweb_${checkName.replaceAll('-', '_')}_${valueName}`
}

/**
 * The names of failweb's own metrics. A check's value that had one of them (`failweb_healthcheck_status`, from a check `healthcheck` with
 * a value `status`) could not be registered beside it, and stops the start. A test holds every name in `metrics/` against this list.
 */
export const OWN_METRICS: readonly string[] = [
  'failweb_build_info',
  'failweb_run_info',
  'failweb_journal_writable',
  'failweb_decay_ratio',
  'failweb_heartbeats_total',
  'failweb_probe_requests_total',
  'failweb_probe_requests_unanswered_total',
  'failweb_remedies_total',
  'failweb_fault_active',
  'failweb_gc_collections_total',
  'failweb_gc_seconds_total',
  'failweb_healthcheck',
  'failweb_healthcheck_status',
  'failweb_healthcheck_duration_seconds',
  'failweb_healthcheck_remedies_total',
  'failweb_healthcheck_limit',
  'failweb_healthcheck_last_run_timestamp_seconds',
  'failweb_healthcheck_transitions_total',
  'failweb_healthchecks_total',
  'failweb_limit_reached_timestamp_seconds',
]
