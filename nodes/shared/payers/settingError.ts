import { ExchangeError } from '../n8n/exchangeError';

/** The error for a field of a credential. @param problem completes "The credential's 'Label' …" */
export function settingError(label: string, problem: string): ExchangeError {
	return new ExchangeError(`The credential's '${label}' ${problem}`, {
		whatToDo: 'Open the credential and correct it. Nothing was sent to the payer.',
		concerns: 'run',
	});
}
