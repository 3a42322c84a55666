const Icon = ({ path }: { path: string }) => (
  <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
    <path d={path} />
  </svg>
)

export const PlusIcon = () => <Icon path="M10 4v12M4 10h12" />
export const MenuIcon = () => <Icon path="M3 6h14M3 10h14M3 14h9" />
export const PulseIcon = () => <Icon path="M2 11h4l2-6 4 11 2-5h4" />
export const CloseIcon = () => <Icon path="M5 5l10 10M15 5L5 15" />
export const StopIcon = () => <Icon path="M6 6h8v8H6z" />

/** Shows as long as the turn is running. */
export const Spinner = () => <span className="spinner" aria-hidden="true" />
