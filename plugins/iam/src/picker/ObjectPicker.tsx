import { Combobox } from '@backstage/ui';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useRead } from '../reading/useRead';

/** Something that can be picked. */
export interface Choice {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
}

/**
 * Finds one of many by a part of its name; the server searches. In a form its
 * value is the id, under `name`.
 */
export function ObjectPicker(props: {
  label: string;
  /** The label is for screen readers only. */
  isLabelHidden?: boolean;
  placeholder?: string;
  name?: string;
  description?: string;
  isRequired?: boolean;
  /** The choice that it begins with, or that is chosen. */
  chosen?: Choice;
  onChoose?: (choice: Choice | undefined) => void;
  /** Finds choices; `useCallback` it. */
  search: (text: string, signal: AbortSignal) => Promise<readonly Choice[]>;
}) {
  const { search, onChoose } = props;
  const [chosen, setChosen] = useState(props.chosen);
  const [text, setText] = useState(props.chosen?.label ?? '');

  // A suggestion that comes late does not replace what somebody has begun; one
  // that follows their choice (`onChoose`) does.
  const touched = useRef(false);
  const isFollowing = onChoose !== undefined;
  const given = props.chosen;
  useEffect(() => {
    if (touched.current && !isFollowing) {
      return;
    }
    setChosen(given);
    setText(given?.label ?? '');
    // eslint-disable-next-line react-hooks/exhaustive-deps -- Another object with the same id is the same choice.
  }, [given?.id]);

  // What is written of the one that is chosen is no search for another one.
  const wanted = chosen && text === chosen.label ? '' : text;
  const found = useRead(
    useCallback(
      (signal: AbortSignal) => search(wanted.trim(), signal),
      [search, wanted],
    ),
  );
  // What is chosen stays among the choices, or its name would be lost.
  const choices = [
    ...(chosen && !found.value?.some(({ id }) => id === chosen.id)
      ? [chosen]
      : []),
    ...(found.value ?? []),
  ];

  const write = (written: string) => {
    touched.current ||= written !== text;
    setText(written);
  };

  const choose = (id: string | number | null) => {
    touched.current = true;
    const next = choices.find(choice => choice.id === id);
    setChosen(next);
    setText(next?.label ?? '');
    onChoose?.(next);
  };

  return (
    <Combobox
      name={props.name}
      formValue="key"
      {...(props.isLabelHidden
        ? { 'aria-label': props.label, size: 'small' as const }
        : { label: props.label })}
      description={props.description}
      isRequired={props.isRequired}
      placeholder={props.placeholder ?? 'Type to search'}
      options={choices.map(({ id, label, description }) => ({
        id,
        label,
        description,
      }))}
      search={{
        mode: 'server',
        inputValue: text,
        onInputChange: write,
      }}
      loading={{ state: found.loading ? 'filtering' : 'idle' }}
      allowsEmptyCollection
      menuTrigger="focus"
      selectedKey={chosen?.id ?? null}
      onSelectionChange={choose}
    />
  );
}
