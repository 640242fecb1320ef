import { useOrganizationChoice } from './OrganizationFilter';
import { useOnlyOrganization } from './useOnlyOrganization';
import { OrganizationPicker } from '../picker/pickers';

/** In which organization something is created; the obvious one is chosen. */
export function OrganizationField(props: {
  /** The one that the list is limited to, if it is. */
  organization: string;
}) {
  const filtered = useOrganizationChoice(props.organization);
  const only = useOnlyOrganization();
  return (
    <OrganizationPicker
      name="organization"
      label="Organization"
      isRequired
      chosen={filtered ?? only}
    />
  );
}
