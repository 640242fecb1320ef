import { ButtonIcon, Tooltip, TooltipTrigger } from '@backstage/ui';
import { RiCheckLine, RiFileCopyLine } from '@remixicon/react';
import { useState } from 'react';
import styles from './hidden.module.css';

/** Copies a text to the clipboard, and says so. */
export function CopyButton(props: { text: string; label: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'refused'>();
  const copy = () =>
    navigator.clipboard.writeText(props.text).then(
      () => setOutcome('copied'),
      () => setOutcome('refused'),
    );
  return (
    <>
      <TooltipTrigger>
        <ButtonIcon
          size="small"
          variant="tertiary"
          aria-label={props.label}
          icon={outcome === 'copied' ? <RiCheckLine /> : <RiFileCopyLine />}
          onPress={copy}
        />
        <Tooltip>{outcome === 'copied' ? 'Copied' : props.label}</Tooltip>
      </TooltipTrigger>
      <span role="status" className={styles.hidden}>
        {outcome === 'copied' && 'Copied'}
        {outcome === 'refused' &&
          'The browser does not allow copying; select the text instead'}
      </span>
    </>
  );
}
