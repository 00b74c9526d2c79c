/** The number of an order as people read it, made of its id: `ORD-000123`. */
export const orderNumber = (id: number) => `ORD-${String(id).padStart(6, '0')}`;
