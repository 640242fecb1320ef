import {
  Alert,
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
} from '@backstage/ui';
import { useId, type ReactNode } from 'react';
import { CopyButton } from '../display/CopyButton';
import formStyles from './FormDialog.module.css';
import styles from './SecretDialog.module.css';

/**
 * Shows a secret the one time that it can be shown. A click beside it does not
 * close it. Render it while it is open.
 */
export function SecretDialog(props: {
  title: string;
  /** What it is, such as "Token". */
  label: string;
  secret: string;
  onClose: () => void;
  /** What it is for. */
  children?: ReactNode;
}) {
  const id = useId();
  return (
    <Dialog
      isOpen
      isDismissable={false}
      isKeyboardDismissDisabled
      onOpenChange={isOpen => !isOpen && props.onClose()}
      width="min(36rem, 92vw)"
    >
      <DialogHeader>{props.title}</DialogHeader>
      <DialogBody>
        <div className={formStyles.fields}>
          <Alert
            status="warning"
            icon
            title="Copy it now"
            description="It is shown this one time and kept nowhere."
          />
          {props.children}
          <div className={styles.secret}>
            <span id={id} className={styles.label}>
              {props.label}
            </span>
            <textarea
              aria-labelledby={id}
              className={styles.text}
              readOnly
              rows={props.secret.length > 60 ? 6 : 2}
              value={props.secret}
              onFocus={event => event.target.select()}
            />
            <CopyButton text={props.secret} label={`Copy ${props.label}`} />
          </div>
        </div>
      </DialogBody>
      <DialogFooter>
        <Button variant="primary" onPress={props.onClose}>
          I have copied it
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
