/** An OperationOutcome with one issue. */
export function outcome(code: string, text: string, severity = 'error'): object {
	return { resourceType: 'OperationOutcome', issue: [{ severity, code, details: { text } }] };
}
