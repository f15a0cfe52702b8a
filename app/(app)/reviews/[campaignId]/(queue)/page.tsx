/** Everything is in the layout, which stays while the search string changes. */
export default function ReviewPage() {
  return null
}
