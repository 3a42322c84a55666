import { setFault } from '../api'
import { useAppDispatch, useAppSelector } from '../app'
import { faultsLoaded } from '../slices/connection'
import type { FaultState } from '../../server/protocol'

/** What the server does wrong on demand. Each of these acts on the server; this page has to find out by itself. */
export function FaultPanel() {
  const faults = useAppSelector((state) => state.connection.faults)
  return (
    <div className="faults">
      <p className="hint">
        These act on the server, and the page is not told. It finds out by itself: within 15 seconds it shows
        what is really happening.
      </p>
      <h3>On the next turn</h3>
      <ul>{faults.filter(({ when }) => when === 'next').map(entry)}</ul>
      <h3>At once</h3>
      <ul>{faults.filter(({ when }) => when === 'now').map(entry)}</ul>
    </div>
  )
}

const entry = (fault: FaultState) => <Fault key={fault.id} fault={fault} />

function Fault({ fault: { id, label, what, when, armed } }: { fault: FaultState }) {
  const dispatch = useAppDispatch()
  // A server that was just told to die may not answer; the stream then brings the rest.
  const press = () =>
    void setFault(id, !armed)
      .then((faults) => dispatch(faultsLoaded(faults)))
      .catch(() => undefined)
  return (
    <li>
      <button
        type="button"
        data-fault={id}
        aria-describedby={`what-${id}`}
        {...(when === 'next' && { 'aria-pressed': armed })}
        onClick={press}
      >
        {label}
        {armed && <span className="armed">armed</span>}
      </button>
      <span className="what" id={`what-${id}`}>
        {what}
      </span>
    </li>
  )
}
