export const retention = {
  title: 'How long things are kept',
  hint: 'Older records are deleted within the hour, a few at a time. Leave a field empty to keep them forever. The schedule of the fetcher sets how long location reports are kept.',
  forGood: 'Forever',
  unit: ' days',
  saved: 'Saved',
  fields: {
    jobDays: 'Jobs',
    rejectedRowDays: 'Rejected rows of imports',
    corruptReportDays: 'Corrupt reports',
    webhookDeliveryDays: 'Webhook deliveries',
    closedOrderScanDays: 'Scans of closed and cancelled orders',
    auditDays: 'Audit log',
  },
  hints: {
    jobDays: 'Imports, exports and other jobs that have ended and that nothing else needs.',
    rejectedRowDays: 'The rows as they were sent. The counts of the import stay as long as its job.',
    corruptReportDays: 'Answers of a source that could not be read.',
    webhookDeliveryDays: 'Messages that arrived or were abandoned.',
    closedOrderScanDays:
      'Counted from the day the order was closed or cancelled. Which device is in which order stays.',
    auditDays: 'At least 30. The log says what was removed, and the rest of its chain can still be verified.',
  },
} as const;
