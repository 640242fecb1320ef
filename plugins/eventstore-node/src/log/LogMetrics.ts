import type { MetricsService } from '@backstage/backend-plugin-api/alpha';

/**
 * What the log tells of its work, in the units OpenTelemetry asks for.
 *
 * @public
 */
export interface LogMetrics {
  batchWritten(batch: {
    appends: number;
    events: number;
    seconds: number;
  }): void;
  /** Told why appends failed: an error's code. */
  appendFailed(code: string): void;
  /** Asked when metrics are collected. */
  observeQueue(queued: () => number): void;
}

export const noMetrics: LogMetrics = {
  batchWritten() {},
  appendFailed() {},
  observeQueue() {},
};

/** Metrics of the log through Backstage's metrics service. */
export function createLogMetrics(metrics: MetricsService): LogMetrics {
  const events = metrics.createCounter('eventstore.events.appended', {
    description: 'Events stored in the log by this process',
    unit: '{event}',
  });
  const failures = metrics.createCounter('eventstore.appends.failed', {
    description: 'Appends that were not stored, by reason',
    unit: '{append}',
  });
  const duration = metrics.createHistogram('eventstore.batch.duration', {
    description: 'Time to write one batch of appends',
    unit: 's',
  });
  const size = metrics.createHistogram('eventstore.batch.appends', {
    description: 'Appends written together in one batch',
    unit: '{append}',
  });
  const queue = metrics.createObservableGauge('eventstore.queue.length', {
    description: 'Appends waiting to be written by this process',
    unit: '{append}',
  });
  return {
    batchWritten(batch) {
      events.add(batch.events);
      duration.record(batch.seconds);
      size.record(batch.appends);
    },
    appendFailed(code) {
      failures.add(1, { code });
    },
    observeQueue(queued) {
      queue.addCallback(result => result.observe(queued()));
    },
  };
}
