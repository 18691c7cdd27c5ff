import { FHIR_JSON } from './mediaTypes';

export type IssueCode = fhir4.OperationOutcomeIssue['code'];

/** An answer of the gateway before it is sent. */
export interface Answer {
	status: number;
	headers?: Record<string, string>;
	body?: string | object;
}

/** A FHIR OperationOutcome with one error. */
export function operationOutcome(code: IssueCode, diagnostics: string): fhir4.OperationOutcome {
	return { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code, diagnostics }] };
}

/** A FHIR answer: its body is a resource. */
export function fhirAnswer(status: number, resource: fhir4.FhirResource): Answer {
	return { status, headers: { 'content-type': `${FHIR_JSON}; charset=utf-8` }, body: resource };
}

/** A refusal with an OperationOutcome. */
export function refusal(status: number, code: IssueCode, diagnostics: string): Answer {
	return fhirAnswer(status, operationOutcome(code, diagnostics));
}
