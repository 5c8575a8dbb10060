import { ActionIcon, Drawer } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useEffect, type ReactNode } from 'react'
import { Link, usePlace } from '../router/router'
import { Icon } from '../ui/Icon'
import { Logo } from '../ui/Logo'
import { Nav } from './Nav'
import classes from './Shell.module.css'

/** The frame: a side bar where there is room, a drawer where there is not. */
export function Shell({ children }: { children: ReactNode }) {
  const [open, drawer] = useDisclosure()
  const { path } = usePlace()
  const { close } = drawer
  useEffect(close, [path, close])
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#content">Skip to content</a>
      <div className={classes.side}>
        <Link to="/" className={classes.brand}><Logo /></Link>
        <Nav />
      </div>
      <header className={classes.bar}>
        <Link to="/"><Logo /></Link>
        <ActionIcon size="lg" onClick={drawer.open} aria-label="Menu">
          <Icon name="menu" size={22} />
        </ActionIcon>
      </header>
      <Drawer opened={open} onClose={close} size="17rem" title={<Logo />} position="right" closeButtonProps={{ 'aria-label': 'Close menu' }} classNames={{ body: classes.drawer }}>
        <Nav />
      </Drawer>
      <main id="content" className={classes.main}>{children}</main>
    </div>
  )
}
