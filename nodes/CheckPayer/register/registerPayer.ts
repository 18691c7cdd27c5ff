import type { IExecuteFunctions } from 'n8n-workflow';
import { textOf } from '../../shared/fhir/json';
import { ExchangeError } from '../../shared/n8n/exchangeError';
import { tryAsValue } from '../../shared/n8n/items';
import { orStop, throwIfStopped } from '../../shared/n8n/longRun';
import { optionsOf } from '../../shared/n8n/parameters';
import type { CheckRow } from '../row';
import type { Target } from '../targets';
import { registeredRow, refusedRow, type RegistrationRow } from './registrationRow';

/**
 * Registers the client of a credential at its payer, and sends nothing about a member.
 * @returns a row in any case
 * @throws ExchangeError if the run was stopped
 */
export async function registerPayer(
	context: IExecuteFunctions,
	target: Target | CheckRow,
): Promise<RegistrationRow> {
	if ('status' in target) return refusedRow(target, target.doesNotWork, target.whatToDo);
	const { connection, credentials, credentialType } = target;
	const choice = connection.kind.credentials.find(({ type }) => type === credentialType);
	const names = {
		payerKey: target.key ?? '',
		payer: connection.itemPayer(connection.defaultTenant)?.payer ?? connection.baseUrl,
		payerName: connection.payerName?.(connection.defaultTenant) ?? '',
	};
	if (!choice?.register) return refusedRow(names, NOT_HERE.says, NOT_HERE.whatToDo);
	const { cancel, certifications } = optionsOf(context, 0);
	const registering = choice.register(context, credentials, {
		cancel: cancel === true,
		certifications: (textOf(certifications) ?? '').split(/\s+/).filter(Boolean),
		isOfAnotherPayer: connection.isOfAnotherPayer,
	});
	const registration = await tryAsValue(async () => await orStop(context, registering, () => undefined));
	throwIfStopped(context);
	if (!(registration instanceof Error)) return registeredRow(names, registration);
	const whatToDo =
		registration instanceof ExchangeError
			? registration.details.whatToDo
			: 'Open the credential, check each field, and run this again.';
	return refusedRow(names, registration.message, whatToDo);
}

const NOT_HERE = {
	says: 'At this payer, clients are not registered by a request',
	whatToDo: 'Ask the payer for a client ID, and enter it in the credential.',
};
