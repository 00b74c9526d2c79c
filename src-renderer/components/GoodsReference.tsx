/** A code of goods: a long one is cut, with the whole of it on hover. */
export function GoodsReference({ value }: { value: string }) {
  return (
    <span
      title={value}
      style={{
        display: 'block',
        overflow: 'hidden',
        fontFamily: 'var(--mantine-font-family-monospace)',
        fontSize: 12,
        textOverflow: 'ellipsis',
        whiteSpace: 'nowrap',
      }}
    >
      {value}
    </span>
  );
}
