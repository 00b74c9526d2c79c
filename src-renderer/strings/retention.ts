export const retention = {
  title: 'How long things are kept',
  hint: 'What is older goes within the hour, a little at a time. Empty fields keep it for good. For how long location reports are kept is said with the schedule.',
  forGood: 'For good',
  unit: ' days',
  saved: 'Saved',
  fields: {
    jobDays: 'Jobs',
    rejectedRowDays: 'Rejected rows of imports',
    corruptReportDays: 'Corrupt reports',
    webhookDeliveryDays: 'Webhook deliveries',
    closedOrderScanDays: 'Scans of orders that are over',
  },
  hints: {
    jobDays: 'Imports, exports and others that ended, and that nothing names any more.',
    rejectedRowDays: 'As they were sent. The counts of the import stay as long as its job.',
    corruptReportDays: 'Answers of a source that could not be read.',
    webhookDeliveryDays: 'That arrived, or were given up.',
    closedOrderScanDays: 'Closed or cancelled so long ago. Who has which device stays.',
  },
} as const;
