import type { Registration } from '../../shared/signIn/udap/registration';

/** What came of a registration, one row for each payer. */
export interface RegistrationRow {
	payerKey: string;
	payer: string;
	payerName: string;
	status: 'registered' | 'registration changed' | 'registration cancelled' | 'not registered';
	/** What to enter in the credential; empty if there is none. */
	clientId: string;
	/** Whether the credential holds another Client ID, or none. */
	isOtherClientId: boolean;
	requestedScope: string;
	grantedScope: string;
	doesNotWork: string;
	whatToDo: string;
	/** Instant of the registration. */
	registeredAt: string;
}

type Names = Pick<RegistrationRow, 'payerKey' | 'payer' | 'payerName'>;

const STATUS = {
	new: 'registered',
	changed: 'registration changed',
	cancelled: 'registration cancelled',
} as const;

/** The row of a registration. */
export function registeredRow(
	names: Names,
	{ state, clientId, isOtherClientId, requestedScope, grantedScope = '', hints }: Registration,
): RegistrationRow {
	return {
		...namesOf(names),
		status: STATUS[state],
		clientId: state === 'cancelled' ? '' : clientId,
		isOtherClientId,
		requestedScope,
		grantedScope,
		doesNotWork: '',
		whatToDo: state === 'cancelled' ? 'Empty the Client ID of the credential.' : hints.join(' '),
		registeredAt: new Date().toISOString(),
	};
}

/** The row of a payer at which nothing was registered. */
export function refusedRow(names: Names, doesNotWork: string, whatToDo: string): RegistrationRow {
	return {
		...namesOf(names),
		status: 'not registered',
		clientId: '',
		isOtherClientId: false,
		requestedScope: '',
		grantedScope: '',
		doesNotWork,
		whatToDo,
		registeredAt: new Date().toISOString(),
	};
}

function namesOf({ payerKey, payer, payerName }: Names): Names {
	return { payerKey, payer, payerName };
}
