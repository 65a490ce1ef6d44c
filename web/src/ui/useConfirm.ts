import { useDialog } from 'naive-ui';
import { errorText, t } from '../i18n';

interface Question {
  title: string;
  text: string;
  /** What the button says. */
  confirm: string;
  /** Done when the person says yes; the dialog stays, with words, where it fails. */
  run: () => Promise<unknown>;
}

/** Asks before something that can't be undone. To be called in a component's setup. */
export function useConfirm(): (question: Question) => void {
  const dialog = useDialog();
  return ({ title, text, confirm, run }) => {
    const asked = dialog.warning({
      title,
      content: text,
      positiveText: confirm,
      negativeText: t('common.cancel'),
      positiveButtonProps: { type: 'error', ghost: true, ...testId('confirm') },
      onPositiveClick: async () => {
        asked.loading = true;
        try {
          await run();
          return true;
        } catch (error) {
          asked.content = errorText(error);
          return false;
        } finally {
          asked.loading = false;
        }
      },
    });
  };
}

const testId = (id: string): object => ({ 'data-testid': id });
