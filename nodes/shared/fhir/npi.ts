/** The prefix of the United States' health applications, which the check digit of an NPI covers (45 CFR 162.406). */
const PREFIX = '80840';

/** Whether a text is a National Provider Identifier: ten digits, the last of which is the check digit (Luhn). */
export function isNpi(text: string): boolean {
	if (!/^[12]\d{9}$/.test(text)) return false;
	const sum = [...(PREFIX + text)].reverse().reduce((total, digit, place) => {
		const value = Number(digit) * (place % 2 === 1 ? 2 : 1);
		return total + (value > 9 ? value - 9 : value);
	}, 0);
	return sum % 10 === 0;
}
