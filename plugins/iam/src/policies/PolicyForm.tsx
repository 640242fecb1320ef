import {
  Alert,
  Checkbox,
  CheckboxGroup,
  NumberField,
  Radio,
  RadioGroup,
  Switch,
  Text,
  TextField,
} from '@backstage/ui';
import { ApiError } from '@callboard/api-client';
import type { Policy, PolicySettings } from '@callboard/plugin-iam-common/api';
import { useMemo, useState } from 'react';
import { FormDialog } from '../form/FormDialog';
import { Changes } from './Changes';
import styles from './PolicyForm.module.css';
import {
  draftOf,
  policyChanges,
  policyFaults,
  toSettings,
  type FieldValue,
  type Palette,
} from './policyDraft';
import type { PolicyField, PolicyKindInfo } from './policyKinds';

/** Decides a policy as a whole, showing what that changes. */
export function PolicyForm(props: {
  info: PolicyKindInfo;
  policy: Policy;
  /** An instance may also forbid organizations to decide otherwise. */
  canEnforce: boolean;
  onClose: () => void;
  onSave: (settings: PolicySettings, enforced: boolean) => Promise<unknown>;
}) {
  const { info, policy } = props;
  const begin = useMemo(
    () => draftOf(info, policy.own?.settings ?? policy.settings),
    [info, policy],
  );
  const holds = useMemo(() => draftOf(info, policy.settings), [info, policy]);
  const [draft, setDraft] = useState(begin);
  const [enforced, setEnforced] = useState(policy.own?.enforced ?? false);
  const faults = policyFaults(info, draft);
  const changes = policyChanges(info, holds, draft);

  return (
    <FormDialog
      title={`Decide: ${info.title}`}
      submitLabel="Save"
      onClose={props.onClose}
      onSubmit={async () => {
        if (Object.keys(faults).length > 0) {
          throw new ApiError('Some of it cannot be so', {
            code: 'IAM_INPUT_INCONSISTENT',
            status: 'INVALID_ARGUMENT',
          });
        }
        return props.onSave(toSettings(info, draft), enforced);
      }}
    >
      <Text as="p" color="secondary">
        {info.description}
      </Text>
      {info.fields.map(field => (
        <Field
          key={field.name}
          field={field}
          value={draft[field.name]}
          fault={faults[field.name]}
          onChange={value => setDraft({ ...draft, [field.name]: value })}
        />
      ))}
      {props.canEnforce && (
        <Switch
          label="Organizations cannot decide otherwise"
          isSelected={enforced}
          onChange={setEnforced}
        />
      )}
      {changes.length > 0 && (
        <section aria-label="What changes">
          <Alert
            status="info"
            icon
            title="What changes"
            description={
              <>
                <Changes changes={changes} />
                <Text as="p">{info.concerns}</Text>
              </>
            }
          />
        </section>
      )}
    </FormDialog>
  );
}

function Field(props: {
  field: PolicyField;
  value: FieldValue | undefined;
  fault: string | undefined;
  onChange: (value: FieldValue) => void;
}) {
  const { field, value, fault, onChange } = props;
  return (
    <div className={styles.field}>
      <Input field={field} value={value} fault={fault} onChange={onChange} />
      {fault && (
        <span className={styles.fault} role="alert">
          {field.label}: {fault}
        </span>
      )}
    </div>
  );
}

function Input({
  field,
  value,
  fault,
  onChange,
}: Parameters<typeof Field>[0]): JSX.Element {
  switch (field.type) {
    case 'number':
      return (
        <NumberField
          label={`${field.label} (${field.unit})`}
          description={field.description ?? (field.zero && `0: ${field.zero}`)}
          value={Number(value)}
          minValue={0}
          isInvalid={Boolean(fault)}
          onChange={number => onChange(Number.isNaN(number) ? 0 : number)}
        />
      );
    case 'switch':
      return (
        <>
          <Switch
            label={field.label}
            isSelected={value === true}
            onChange={onChange}
          />
          {field.description && (
            <span className={styles.description}>{field.description}</span>
          )}
        </>
      );
    case 'choice':
      return (
        <RadioGroup
          label={field.label}
          value={String(value)}
          onChange={onChange}
        >
          {field.choices.map(([each, label]) => (
            <Radio key={each} value={each}>
              {label}
            </Radio>
          ))}
        </RadioGroup>
      );
    case 'choices':
      return (
        <CheckboxGroup
          label={field.label}
          value={[...(value as readonly string[])]}
          onChange={onChange}
        >
          {field.choices.map(([each, label]) => (
            <Checkbox key={each} value={each}>
              {label}
            </Checkbox>
          ))}
        </CheckboxGroup>
      );
    case 'palette':
      return (
        <PaletteInput
          label={field.label}
          palette={(value ?? {}) as Palette}
          onChange={onChange}
        />
      );
    default:
      return (
        <TextField
          label={field.label}
          description={field.description}
          value={String(value ?? '')}
          isInvalid={Boolean(fault)}
          onChange={onChange}
        />
      );
  }
}

const COLOURS = ['primary', 'background', 'text', 'warning'];

function PaletteInput(props: {
  label: string;
  palette: Palette;
  onChange: (palette: Palette) => void;
}) {
  const { palette } = props;
  return (
    <fieldset className={styles.palette}>
      <legend>{props.label}</legend>
      {COLOURS.map(name => (
        <label key={name} className={styles.colour}>
          <input
            type="color"
            value={palette[name] ?? '#000000'}
            onChange={event =>
              props.onChange({ ...palette, [name]: event.target.value })
            }
          />
          {name}
        </label>
      ))}
    </fieldset>
  );
}
