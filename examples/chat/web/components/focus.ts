/** Back to the message box, when what had the focus goes away. On a touch screen that would open the keyboard. */
export function focusComposer(): void {
  if (!matchMedia('(hover: none)').matches)
    document.getElementById('composer')?.focus({ preventScroll: true })
}

/** Whether the user is in the middle of writing: then the focus is not to be taken away. */
export function isWriting(): boolean {
  const field = document.activeElement
  return (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement) && field.value !== ''
}
