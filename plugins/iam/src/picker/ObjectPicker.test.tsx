import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ObjectPicker, type Choice } from './ObjectPicker';

const none: readonly Choice[] = [];
const search = async () => none;
const home = { id: '1', label: 'Home' };
const work = { id: '2', label: 'Work' };

const picker = (props: {
  chosen?: Choice;
  onChoose?: (choice: Choice | undefined) => void;
}) => <ObjectPicker label="Organization" search={search} {...props} />;

const box = () => screen.findByRole('combobox', { name: /Organization/ });

describe('ObjectPicker', () => {
  it('begins with a suggestion that comes late', async () => {
    const { rerender } = render(picker({}));
    expect(await box()).toHaveValue('');
    rerender(picker({ chosen: home }));
    expect(await box()).toHaveValue('Home');
  });

  it('leaves what somebody has begun to write', async () => {
    const { rerender } = render(picker({}));
    await userEvent.type(await box(), 'Wo');
    rerender(picker({ chosen: home }));
    expect(await box()).toHaveValue('Wo');
  });

  it('shows what is chosen elsewhere when it follows that', async () => {
    const onChoose = jest.fn();
    const { rerender } = render(picker({ chosen: home, onChoose }));
    await userEvent.type(await box(), '!');
    rerender(picker({ chosen: work, onChoose }));
    expect(await box()).toHaveValue('Work');
  });
});
