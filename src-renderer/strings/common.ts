/** Words that every area of the console uses. */
export const common = {
  firmware: {
    label: 'Firmware',
    hint: 'How the devices report their battery. Without it no battery is shown.',
    unknown: 'Not known',
    names: {
      flagged: 'Open firmware (a flag and two bits)',
      pix: 'heystack-nrf5x (two bits)',
      voltage: 'Everytag (voltage)',
    },
  },
  product: 'Tracker Lifecycle Console',
  productShort: 'Trackers',
  skipToContent: 'Skip to content',
  loading: 'Loading',
  loadMore: 'Load more',
  loadingMore: 'Loading more',
  retry: 'Try again',
  cancel: 'Cancel',
  save: 'Save',
  /** Over a column of buttons, for who hears the table. */
  actions: 'Actions',
  create: 'Create',
  edit: 'Edit',
  delete: 'Delete',
  archive: 'Archive',
  restore: 'Restore',
  close: 'Close',
  confirm: 'Confirm',
  undo: 'Undo',
  undoing: 'Undoing…',
  undone: 'Undone',
  search: 'Search',
  clear: 'Clear',
  clearFilters: 'Clear filters',
  copy: 'Copy',
  copied: 'Copied',
  yes: 'Yes',
  no: 'No',
  none: 'None',
  /** Where a fact has no value. */
  nothing: '–',
  any: 'Any',
  all: 'All',
  unknown: 'Unknown',
  never: 'Never',
  archived: 'Archived',
  filters: 'Filters',
  columns: 'Columns',
  resetWidths: 'Reset column widths',
  selectAll: 'Select all rows',
  tooManyToSelect: (n: number) =>
    `Only the first ${n.toLocaleString()} were selected. Narrow the filters to act on the rest.`,
  selectRow: 'Select row',
  sort: 'Sort',
  sortUp: 'Sort smallest or earliest first',
  sortDown: 'Sort largest or latest first',
  sortBy: (column: string) => `Sort by ${column}`,
  rowsShown: (shown: number, more: boolean) => `${shown.toLocaleString()}${more ? '+' : ''} shown`,
  nothingHere: 'Nothing here yet',
  nothingMatches: 'Nothing matches these filters',
  nothingMatchesHint: 'Widen or clear the filters to see more.',
  failed: 'This could not be loaded',
  unreachable: 'The console could not be reached. Check that it is running, and check the network.',
  notDone: 'That did not work',
  saved: 'Saved',
  unsavedTitle: 'Leave without saving?',
  unsavedBody: 'What you have typed on this screen is not saved yet.',
  leave: 'Leave',
  stay: 'Stay here',
  references: 'Still used by',
  requestId: (id: string) => `Request ${id}`,
  utc: (text: string) => `${text} UTC`,
  inZone: (text: string, zone: string) => `${text} (${zone})`,
  details: 'Details',
} as const;

export const statusNames = {
  UNKNOWN: 'Unknown',
  IN_TRANSIT: 'In transit',
  IN_STORAGE: 'In storage',
  DELIVERED: 'Delivered',
} as const;

export const statusHints = {
  UNKNOWN: 'No counted report yet',
  IN_TRANSIT: 'Outside all fences of its production run',
  IN_STORAGE: 'Inside the fence of a storage location',
  DELIVERED: 'Inside the fence of a delivery location',
} as const;

export const roleNames = {
  admin: 'Administrator',
  operations: 'Operations',
  warehouse: 'Warehouse',
  reviewer: 'Reviewer',
  'client-viewer': 'Client viewer',
} as const;
/** Who is no user and has API tokens all the same. */
export const partyNames = { manufacturer: 'Manufacturer' } as const;

export const phaseNames = { 'not-begun': 'Not begun', active: 'Active', over: 'Over' } as const;
export const batteryNames = { full: 'Full', medium: 'Medium', low: 'Low', 'very-low': 'Very low' } as const;
export const stageNames = {
  generated: 'Generated',
  exported: 'Exported',
  manufactured: 'Manufactured',
  allocated: 'Allocated',
} as const;
export const locationKindNames = { storage: 'Storage location', delivery: 'Delivery location' } as const;
export const jobKindNames = {
  'key-generation': 'Key generation',
  'manufacturer-export': 'Manufacturer export',
  'webhook-delivery': 'Webhook',
  'manufactured-device-import': 'Manufactured-device import',
  'tracker-import': 'Tracker import',
  refold: 'Status recalculation',
  'fence-preview': 'Preview of a fence',
  'fence-check': 'Check of all fences',
  'status-rules-preview': 'Preview of the status rules',
  'key-rotation': 'Key rotation',
  'passphrase-change': 'Change of the passphrase',
  'report-stamping': 'Sorting of old reports by client',
} as const;
export const jobStateNames = {
  queued: 'Queued',
  running: 'Running',
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Cancelled',
} as const;
