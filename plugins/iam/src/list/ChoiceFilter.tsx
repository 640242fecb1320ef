import { Select } from '@backstage/ui';
import type { ListQuery } from './useListQuery';

/** A filter with a few choices, one of which may be in the address. */
export function ChoiceFilter(props: {
  label: string;
  /** The parameter of the address. */
  parameter: string;
  query: ListQuery;
  /** What it shows when nothing is chosen. */
  all: string;
  /** By what stands in the address. */
  choices: Readonly<Record<string, string>>;
}) {
  const value = props.query.get(props.parameter);
  return (
    <Select
      size="small"
      aria-label={props.label}
      options={[
        { id: 'all', label: props.all },
        ...Object.entries(props.choices).map(([id, label]) => ({ id, label })),
      ]}
      selectedKey={value in props.choices ? value : 'all'}
      onSelectionChange={key =>
        props.query.set({ [props.parameter]: key === 'all' ? '' : `${key}` })
      }
    />
  );
}
