/** What was looked at. */
export type CheckName =
	| 'credential'
	| 'reach'
	| 'tls'
	| 'certificate'
	| 'discovery'
	| 'signIn'
	| 'scope'
	| 'capabilities'
	| 'fhirVersion'
	| 'memberMatch'
	| 'export'
	| 'patientSearch'
	| 'fileHosts'
	| 'ownSide'
	| 'software';

/**
 * One finding about a payer.
 * - `works`, `limits`, `blocks`: as the status of the row counts it
 * - `note`: good to know; it changes no status
 */
export interface CheckLine {
	check: CheckName;
	state: 'works' | 'limits' | 'blocks' | 'note';
	/** A sentence of our own. Of the payer it holds shaped values only: versions, codes, hosts. */
	says: string;
	whatToDo?: string;
}
