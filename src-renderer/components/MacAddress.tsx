import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { Link } from 'react-router';
import { common } from '../strings/common.ts';
import classes from './MacAddress.module.css';

interface Props {
  value: string | null;
  /** Links to the tracker. */
  to?: string;
  copy?: boolean;
}

/** A MAC address in fixed width, ready to copy, linked to its tracker where one is given. */
export function MacAddress({ value, to, copy = true }: Props) {
  const text = value ?? common.none;
  return (
    <span className={classes.root}>
      {to ? (
        <Link to={to} className={classes.mac ?? ''}>
          {text}
        </Link>
      ) : (
        <span className={classes.mac} title={text}>
          {text}
        </span>
      )}
      {value && copy && <CopyIcon value={value} />}
    </span>
  );
}

/** A small button that copies a text and says that it did. */
export function CopyIcon({ value }: { value: string }) {
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? common.copied : common.copy}>
          <ActionIcon
            size="xs"
            className={classes.copy ?? ''}
            aria-label={`${common.copy} ${value}`}
            onClick={(event) => {
              event.stopPropagation();
              copy();
            }}
          >
            {copied ? <IconCheck size={13} /> : <IconCopy size={13} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
