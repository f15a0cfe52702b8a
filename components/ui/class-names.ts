/** Joins the class names that apply. A component's `className` prop is for placement (margin, width), not for looks. */
export function classNames(...parts: (string | false | null | undefined)[]): string {
  return parts.filter(Boolean).join(' ')
}
