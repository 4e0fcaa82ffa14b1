// Kerberos is recognised and not spoken.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';

/** AGENT_NOT_HERE where it is asked for: without it the far side would refuse us, or we would let in whom it should keep out. */
export function withoutKerberos(component: string, kerberos: boolean): void {
  if (kerberos) throw SluiceError.of('AGENT_NOT_HERE', { component, what: 'kerberos = true asks for Kerberos, which Sluice does not speak; ssl = true encrypts and names the server' });
}
