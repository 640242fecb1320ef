import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  FieldError,
  Input,
  Label,
  Text,
  TextField,
} from 'react-aria-components';
import { formatLocal } from '../asOf/localTime';
import styles from './TimeField.module.css';

/** A date and a time, by the viewer's clock. */
export function TimeField(props: {
  name: string;
  label: string;
  description?: string;
  isRequired?: boolean;
  /** What it begins with. */
  initial?: Date;
}) {
  return (
    <TextField
      className={styles.field}
      name={props.name}
      type="datetime-local"
      isRequired={props.isRequired}
      defaultValue={props.initial && formatLocal(props.initial)}
    >
      <span className={styles.line}>
        <Label>{props.label}</Label>
        {props.isRequired && <span aria-hidden>Required</span>}
      </span>
      {props.description && (
        <Text slot="description" className={styles.description}>
          {props.description}
        </Text>
      )}
      <Input className={styles.input} />
      <FieldError className={styles.error} />
    </TextField>
  );
}

/** What a TimeField holds, for a request; undefined when it is empty. */
export function timestampOf(value: string): Timestamp | undefined {
  const time = new Date(value);
  return value && !Number.isNaN(time.getTime())
    ? timestampFromDate(time)
    : undefined;
}
