import { hash } from 'crypto';

/**
 * What identifies an export in the resources themselves: the same at every load, and no id of the payer's that could be asked with.
 * @param address of the file: tells exports apart that have neither a job nor a time (`$everything`)
 */
export function sourceExportOf(
	payer: string,
	{
		jobId = '',
		transactionTime = '',
		address = '',
	}: Partial<Record<'jobId' | 'transactionTime' | 'address', string>>,
): string {
	const isNamed = jobId !== '' || transactionTime !== '';
	const named = `${payer}|${jobId}|${transactionTime}`;
	return hash('sha256', isNamed ? named : `${named}|${address.split('?')[0]}`, 'hex').slice(0, 16);
}
